"""How a picture must be turned, from its EXIF block. Imports only the standard library."""

import struct

UPRIGHT = 1
_ORIENTATION_TAG = 0x0112
_SHORT = 3  # the type of a 16-bit value in TIFF
_ENTRY_BYTES = 12
_BYTE_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}


def orientation_of(exif: bytes) -> int:
    """Return the orientation that an EXIF block tells, 1 to 8; `UPRIGHT` if it tells none.

    Reads the one tag and nothing else: a block may be broken, or hold megabytes.
    """
    tiff = memoryview(exif)[6 if exif.startswith(b"Exif\0\0") else 0 :]
    order = _BYTE_ORDERS.get(bytes(tiff[:4]))
    if order is None:
        return UPRIGHT
    try:
        [directory] = struct.unpack_from(f"{order}I", tiff, 4)
        [count] = struct.unpack_from(f"{order}H", tiff, directory)
        for number in range(count):
            at = directory + 2 + number * _ENTRY_BYTES
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, at)
            if tag == _ORIENTATION_TAG and kind == _SHORT and value in range(1, 9):
                return int(value)
    except struct.error:  # it breaks off
        pass
    return UPRIGHT
