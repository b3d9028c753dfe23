/** STUN and TURN (RFC 8489 section 8.1, RFC 8656 section 5). */
export const STUN_PORT = 3478;
/** HTTPS, and DERP, which starts as HTTPS. */
export const HTTPS_PORT = 443;
