"""What a picture looks like, in 64 bits: the same for a copy that was shrunk or saved again, different for another picture."""

from typing import Any

# A picture whose hash has fewer ones (or fewer zeros) shows next to nothing: a dark room, a blank wall.
LEAST_DETAIL = 12
LEAST_CONTRAST = 32  # of 255 shades


def perceptual_hash_of(picture: Any) -> str:
    """The perceptual hash (DCT, 8 by 8) of a Pillow picture as 16 hex digits; empty where it shows next to nothing."""
    import imagehash  # heavy (NumPy and SciPy): only where a picture comes in

    darkest, brightest = picture.convert("L").getextrema()
    if brightest - darkest < LEAST_CONTRAST:
        return ""
    result = str(imagehash.phash(picture))
    return result if LEAST_DETAIL <= int(result, 16).bit_count() <= 64 - LEAST_DETAIL else ""


def distance(one: str, other: str) -> int:
    """In how many of 64 bits two hashes differ; 64 where one is unknown."""
    return (int(one, 16) ^ int(other, 16)).bit_count() if one and other else 64


def bands(perceptual_hash: str) -> list[tuple[int, int]]:
    """Its eight bytes, each with its place."""
    return list(enumerate(bytes.fromhex(perceptual_hash)))
