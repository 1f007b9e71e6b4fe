import { execFileSync } from "node:child_process";
import { join } from "node:path";

/**
 * Makes the key and the certificate of a server of the tests, which no authority signed.
 *
 * @param folder where `key.pem` and `certificate.pem` are written
 * @param names for which it holds, as `subjectAltName` has them, such as `DNS:localhost` or `IP:127.0.0.1`
 */
export function makeSelfSigned(folder: string, names: readonly string[]): void {
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
      ...["-days", "2", "-subj", "/CN=tests", "-addext", `subjectAltName=${names.join(",")}`],
      ...["-keyout", join(folder, "key.pem"), "-out", join(folder, "certificate.pem")],
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
}
