"""QR codes as SVG, for documents."""

import zxingcpp


def to_svg(content: str) -> str:
    """A QR code (ISO/IEC 18004) with error correction M, without its quiet zone: the template leaves the room."""
    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return str(code.to_svg(add_quiet_zones=False))
