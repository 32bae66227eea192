from . import sendings, subscribers, suppressions
from .subscribers import SubscriberAdmin

__all__ = ["SubscriberAdmin", "sendings", "subscribers", "suppressions"]
