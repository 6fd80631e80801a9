"""The host in the address of a page."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

HOST = r"^[a-z][a-z0-9+.\-]*://(?:[^/?#@]*@)?(?:www\.)?(?P<host>[^/:?#]+)"


def hosts(urls: pa.ChunkedArray) -> pa.DictionaryArray:
    """Hosts in small letters, without `www.`; null where the address has none. Different ones once, with indices."""
    found = pc.struct_field(pc.extract_regex(pc.utf8_lower(urls.cast(pa.string())), HOST), "host")
    return found.combine_chunks().dictionary_encode()
