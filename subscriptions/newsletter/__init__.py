"""The newsletter: an issue, frozen, to everybody who asked for it, once. The ledger of deliveries is the queue."""
