"""What the pages show, computed beforehand: templates only lay it out."""
