"""nginx with the very same bytes: as fast as this machine can answer at all, on ground that everybody knows."""

import gzip
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import debian
from benchmarks.pages.servers import Server, serving
from tests.processes import free_port

# Debian's own settings as far as they matter here, and what nginx's manual offers for files that are asked often.
SETTINGS = """\
daemon off;
user {user};
worker_processes {workers};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    open_file_cache max=100;
    keepalive_requests 10000000;
    gzip_static on;
    default_type text/html;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        root {folder}/files;
    }}
}}
"""


@contextmanager
def nginx(name: str, page: bytes, compressed: bytes, folder: Path, *, workers: int) -> Iterator[Server]:
    """The page as a file, and its gzip twin, at /page."""
    if gzip.decompress(compressed) != page:
        raise SystemExit("The compressed page is another one than the page itself.")
    files = folder / "files"
    files.mkdir(parents=True)
    (files / "page").write_bytes(page)
    (files / "page.gz").write_bytes(compressed)
    port = free_port()
    user = pwd.getpwuid(os.geteuid()).pw_name  # its workers read our folder
    settings = folder / "nginx.conf"
    settings.write_text(SETTINGS.format(folder=folder, port=port, user=user, workers=workers))
    place = debian.unpacked("nginx", "nginx")
    command = [str(place / "usr" / "sbin" / "nginx"), "-p", str(folder), "-e", "error.log", "-c", str(settings)]
    log, environment = folder / "nginx.log", debian.environment(place)
    with serving(name, command, port, path="/page", log=log, environment=environment, folder=folder) as server:
        yield server
