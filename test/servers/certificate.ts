/**
 * A self-signed certificate for `relay.test`, valid from 2020 to 2119, and its key. Made once with openssl; good for nothing
 * but these tests.
 */
export const certificate: string = `-----BEGIN CERTIFICATE-----
MIIBYTCCAQegAwIBAgIBATAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDApyZWxheS50
ZXN0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMTkxMjMxMjM1OTU5WjAVMRMwEQYDVQQD
DApyZWxheS50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEVSceX+9sGNwn
yXcFI7zAAB70keL6+DeJoMuA3CtWe2oZ55gKh0vRD4ZPMOAYwrH1lGnFyC/EEVQV
0IGCiq5S26NGMEQwFQYDVR0RBA4wDIIKcmVsYXkudGVzdDAMBgNVHRMBAf8EAjAA
MB0GA1UdDgQWBBReK6XIPetcQaudqMNUpvtPiWwYhzAKBggqhkjOPQQDAgNIADBF
AiEApv6qAPryFOEx8MSFPSa5oBSQnzTohtoMo9+618h6AS0CIGpluW7k+oBGQwY2
ZhYnz89Vdyim6cze14pejNHvtGoD
-----END CERTIFICATE-----
`;

export const privateKey: string = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQghwjNbcOQvLn9PSy5
gDeeJAn7PbtAnOxErmsepF3juU2hRANCAARVJx5f72wY3CfJdwUjvMAAHvSR4vr4
N4mgy4DcK1Z7ahnnmAqHS9EPhk8w4BjCsfWUacXIL8QRVBXQgYKKrlLb
-----END PRIVATE KEY-----
`;

/** SHA-256 over the certificate in DER form: what a relay map pins. */
export const certificateDigest: string = '99d775ec723b06a491b45490112cfdf113bf380207cd5ca2ffc542241ba1021c';
