"""What the desk supports: a short list of products and services that an administrator keeps."""
