"""What tests/fidelity measures with. Shares no code with the project's C++: a file is judged by qpdf, poppler, Pillow, exiftool and by
readers of its own."""
