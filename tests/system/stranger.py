"""The archive of a session checked by somebody who has no jisr, only tar, SHA-256 and OpenSSL, as README.txt in it tells."""

import base64
import hashlib
import json
import subprocess
import tarfile

DER = bytes.fromhex("302a300506032b6570032100") # of an Ed25519 public key (RFC 8410)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def signed(folder, key, message, signature):
    """What OpenSSL says of a signature."""
    for name, content in (("key", DER + key), ("message", message), ("signature", signature)):
        with open(f"{folder}/stranger.{name}", "wb") as file:
            file.write(content)
    return subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", f"{folder}/stranger.key", "-rawin",
                           "-in", f"{folder}/stranger.message", "-sigfile", f"{folder}/stranger.signature"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def root_of(leaf, index, size, proof):
    """The root of a tree that has this leaf there (RFC 9162, 2.1.3.2)."""
    at, last, node = index, size - 1, leaf
    for one in proof:
        if at % 2 or at == last:
            node = sha256(b"\1", one, node)
            while at % 2 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            node = sha256(b"\1", node, one)
        at, last = at >> 1, last >> 1
    return node if last == 0 else None


def check(path, folder, verifier):
    """Problems found; none for a true archive. `verifier` is the log's key as the organisation publishes it."""
    with tarfile.open(path) as tar:
        files = {member.name: tar.extractfile(member).read() for member in tar.getmembers()}
    found = []
    manifest = json.loads(files["MANIFEST.json"])
    for one in manifest["files"]:
        if hashlib.sha256(files[one["name"]]).hexdigest() != one["sha256"]:
            found.append("digest of " + one["name"])
    lines = [json.loads(line) for line in files["log/extract.jsonl"].decode().splitlines()]
    text, _, signature = lines[0]["checkpoint"].partition("\n\n")
    origin, size, root = text.split("\n")[:3]
    raw = base64.b64decode(signature.split("\n")[0].split(" ")[2])
    key = base64.b64decode(verifier.split("+", 2)[2])[1:]
    if origin != manifest["log"] or not signed(folder, key, (text + "\n").encode(), raw[4:]):
        found.append("signature of the checkpoint")
    for line in lines[1:]:
        leaf = sha256(b"\0", bytes.fromhex(line["salt"]), line["header"].encode(), bytes.fromhex(line["key"]), bytes.fromhex(line["signature"]))
        proof = [base64.b64decode(one) for one in line["proof"]]
        if root_of(leaf, line["sequence"] - 1, int(size), proof) != base64.b64decode(root):
            found.append(f"proof of entry {line['sequence']}")
    last = lines[-1]
    body = json.dumps(last["body"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    if hashlib.sha256(bytes.fromhex(last["body_salt"]) + body).hexdigest() not in last["header"]:
        found.append("body of the entry that signs")
    if last["body"]["hash"] != hashlib.sha256(files["MANIFEST.json"]).hexdigest():
        found.append("the entry signs another manifest")
    return found
