"""The shared whiteboard of a case, as plain values: cards, marks, proposals, releases. Pure; it knows no session."""
