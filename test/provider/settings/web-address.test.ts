import { readApp } from "../../../lib/provider/captain/app";
import type { JsonObject } from "../../../lib/provider/captain/json";
import { webAddress } from "../../../lib/provider/settings/web-address";

describe("an app's address", () => {
  const address = (more: JsonObject) =>
    webAddress(
      readApp({ appName: "a", customDomain: [{ publicDomain: "own.test", hasSsl: true }], ...more }),
      "apps.test",
    ).href;

  it("an app's address is the one that does not redirect, with the scheme that it answers", () => {
    expect(address({})).toBe("http://a.apps.test/");
    expect(address({ hasDefaultSubDomainSsl: true })).toBe("https://a.apps.test/");
    expect(address({ redirectDomain: "own.test" })).toBe("https://own.test/");
    expect(address({ redirectDomain: "elsewhere.test", hasDefaultSubDomainSsl: true })).toBe(
      "http://elsewhere.test/",
    );
  });
});
