"""What a browser says that it takes: the headers Accept-Language and Accept-Encoding (RFC 9110, 12.5)."""


def by_preference(header: str) -> list[str]:
    """The values of such a header, most wanted first, in small letters; at most 20 are read. What is refused (q=0) or
    makes no sense is left out."""
    weighed: list[tuple[float, str]] = []
    for part in header.lower().split(",")[:20]:
        value, _, quality = part.replace(" ", "").replace("\t", "").partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        if value and 0 < weight <= 1:
            weighed.append((weight, value))
    return [value for _, value in sorted(weighed, key=lambda item: -item[0])]
