#!/usr/bin/env python3
"""A registry of one image that lets in one user. usage: registry.py ARCHIVE PORT USER PASSWORD"""

import base64
import hashlib
import http.server
import json
import sys
import tarfile

archive, port, user, password = sys.argv[1:]
with tarfile.open(archive) as tar:
    names = json.load(tar.extractfile("manifest.json"))[0]
    config = tar.extractfile(names["Config"]).read()
    layer = tar.extractfile(names["Layers"][0]).read()


def part(kind, data):
    """What a manifest says of a part."""
    return {"mediaType": f"application/vnd.docker.{kind}", "size": len(data), "digest": "sha256:" + hashlib.sha256(data).hexdigest()}


MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
manifest = json.dumps({
    "schemaVersion": 2,
    "mediaType": MANIFEST_TYPE,
    "config": part("container.image.v1+json", config),
    "layers": [part("image.rootfs.diff.tar", layer)],
}).encode()
blobs = {"sha256:" + hashlib.sha256(data).hexdigest(): data for data in (config, layer, manifest)}
secret = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class Registry(http.server.BaseHTTPRequestHandler):
    """Answers what a client asks when it pulls."""

    def do_GET(self):
        """Sends a manifest or a blob."""
        if self.headers.get("Authorization") != secret:
            return self.answer(401, b"{}", "application/json", {"WWW-Authenticate": 'Basic realm="lab"'})
        if "/manifests/" in self.path:
            return self.answer(200, manifest, MANIFEST_TYPE)
        data = blobs.get(self.path.rsplit("/", 1)[-1], b"{}")
        return self.answer(200, data, "application/octet-stream")

    do_HEAD = do_GET

    def answer(self, status, data, kind, headers=None):
        """Sends an answer; to HEAD without its body."""
        self.send_response(status)
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        for name, value in {"Content-Type": kind, "Content-Length": len(data), "Docker-Content-Digest": digest, **(headers or {})}.items():
            self.send_header(name, str(value))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data)


http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Registry).serve_forever()
