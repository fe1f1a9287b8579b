"""A picture as Pillow sees it, turned as its orientation says."""
import io
import pathlib

from PIL import Image, ImageChops, ImageOps, ImageStat

from . import tools

Image.MAX_IMAGE_PIXELS = 150_000_000


def opened(data):
    """Pillow does not read HEIC and AVIF; heif-convert does, and turns them."""
    if data[4:8] != b"ftyp":
        return Image.open(io.BytesIO(data))
    with tools.OnDisk(data, "heic") as path:
        made = pathlib.Path(path).with_suffix(".png")
        tools.call("heif-convert", path, made)
        picture = Image.open(io.BytesIO(made.read_bytes()))
    picture.info.pop("exif", None)
    return picture


def first_frame(data):
    """The first frame in RGB on white; raises what Pillow raises."""
    picture = opened(data)
    picture.load()
    frame = ImageOps.exif_transpose(picture.copy())
    if frame.mode.startswith("I") or frame.mode == "F":
        top = 65535 if frame.getextrema()[1] > 255 else 255
        frame = frame.convert("F").point(lambda level: level * (255 / top)).convert("L")
    if frame.mode in ("RGBA", "LA", "PA") or "transparency" in frame.info:
        frame = frame.convert("RGBA")
        white = Image.new("RGBA", frame.size, "white")
        white.alpha_composite(frame)
        frame = white
    return frame.convert("RGB")


def complaints(data):
    try:
        first_frame(data)
    except Exception as fault:  # noqa: BLE001 (Pillow raises nearly everything)
        return {f"Pillow cannot read it: {type(fault).__name__}"}
    return set()


def frames(data):
    return getattr(opened(data), "n_frames", 1)


def difference(before, after):
    """Root of the mean square over all samples, of 255."""
    if before.size != after.size:
        return 255.0
    levels = ImageStat.Stat(ImageChops.difference(before, after)).rms
    return (sum(level * level for level in levels) / len(levels)) ** 0.5
