import { isLoopback, parseCaptainUrl } from "../../../lib/caprover-server/url";

describe("the server's address", () => {
  it("the server's address is https, or http on this machine", () => {
    expect(parseCaptainUrl("https://captain.example.com/api/v2", false).href).toBe(
      "https://captain.example.com/",
    );
    expect(parseCaptainUrl("http://127.0.0.1:3000", false).port).toBe("3000");
    expect(() => parseCaptainUrl("http://captain.example.com", false)).toThrow(/in clear/);
    expect(parseCaptainUrl("http://captain.example.com", true).protocol).toBe("http:");
    expect(() => parseCaptainUrl("https://me:pw@captain.example.com", false)).toThrow(/password in its own/);
  });
});

it("a host name that begins like a loopback address is not loopback", () => {
  expect(isLoopback(new URL("http://[::1]:3000"))).toBe(true);
  expect(isLoopback(new URL("http://127.0.0.1.example.com"))).toBe(false);
});
