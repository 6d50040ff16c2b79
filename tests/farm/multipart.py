"""Reading multipart/form-data (RFC 7578), as far as clients of speech recognition write it."""

import re


def form(body: bytes, content_type: str) -> dict[str, object]:
    """The fields of a form: text as `str`, files as `bytes`; `filename` is that of the last file. Raises `ValueError`."""
    boundary = re.search(r'boundary="?([^";]+)', content_type)
    if boundary is None:
        raise ValueError("a form without a boundary")
    fields: dict[str, object] = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode())[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        names = dict(re.findall(r'(\w+)="([^"]*)"', head.decode()))
        if "filename" in names:
            fields["filename"] = names["filename"]
        fields[names["name"]] = content if "filename" in names else content.decode()
    return fields
