"""Foreign files in, paper out: both in processes of their own, for what decodes a stranger's bytes may break."""
