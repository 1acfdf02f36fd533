/** A key and the certificate that it signed for itself, for elsewhere.example, valid for a hundred years. It protects nothing. */
export const unknownAuthority = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7kWqgBOAV5dVs4Qw
5dUuChwi9SRkLpqFWFm1nxrZ3nahRANCAAT/lIDlMtfLhyQ60cp99y8p57h6amGZ
FCUragzCMVsfMXy/05RZottvoDFsfLJvQ2ritzGm7Wn5OmVRpE9qPdbi
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBnTCCAUOgAwIBAgIUdKH4Jhlh+fqNr1x22a4u34xd9UYwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNjE3MDcyMloYDzIxMjYxMTAy
MTcwNzIyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAT/lIDlMtfLhyQ60cp99y8p57h6amGZFCUragzCMVsfMXy/05RZottv
oDFsfLJvQ2ritzGm7Wn5OmVRpE9qPdbio3EwbzAdBgNVHQ4EFgQU8nKygRq87iUu
QjvPlv23kgKYDiEwHwYDVR0jBBgwFoAU8nKygRq87iUuQjvPlv23kgKYDiEwDwYD
VR0TAQH/BAUwAwEB/zAcBgNVHREEFTATghFlbHNld2hlcmUuZXhhbXBsZTAKBggq
hkjOPQQDAgNIADBFAiEA7QDUrhSAAyjE5GacHZOIE32VScTpgfA7d3cb3nJzTpgC
ICmq2iplXSETM7ems/tuGX5nFUA34+VDLii/bW3ccsyg
-----END CERTIFICATE-----`,
};
