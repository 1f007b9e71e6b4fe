import { X509Certificate } from "node:crypto";
import { localhostCertificate } from "../../lib/terraform-plugin/certificate";

test("every certificate is its own authority, is valid for localhost, and fits its key", () => {
  for (let round = 0; round < 200; round++) {
    const { certPem, certDer } = localhostCertificate();
    const certificate = new X509Certificate(certPem);
    expect(certificate.ca).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkIssued(certificate)).toBe(true);
    expect(certificate.checkHost("localhost")).toBe("localhost");
    expect(certificate.raw.equals(certDer)).toBe(true);
    expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now());
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now());
  }
});
