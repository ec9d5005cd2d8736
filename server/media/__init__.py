"""WebRTC without a media engine: one port, ICE-lite, DTLS-SRTP, and the switchboard that obeys the session."""
