import { send } from "./captain-client";
import { CaptainUnderTest, IMAGES, isForeign, sandboxOnly } from "./captain-under-test";

const ROOT = "apps.test";
const captain = new CaptainUnderTest({
  rootDomain: ROOT,
  foreignDomains: ["elsewhere.example.test"],
  images: {
    "registry.test/thinker:1": {
      ports: { 80: () => ({ status: 200, body: "thought", afterSeconds: 90 }) },
    },
    "registry.test/echo:1": {
      ports: {
        8080: ({ headers, path }) => ({
          status: 200,
          body: JSON.stringify({
            path,
            upgrade: headers["upgrade"] ?? null,
            auth: headers["authorization"] ?? null,
          }),
        }),
      },
    },
  },
});
beforeAll(() => captain.start());
afterAll(() => captain.stop());

const domain = (action: string, appName: string, customDomain: string) =>
  captain.client.call("POST", `/user/apps/appDefinitions/${action}`, { appName, customDomain });

const visit = (host: string, path = "/", headers: Record<string, string> = {}) =>
  send(`${captain.client.url}${path}`, "GET", { ...headers, host });

async function echoApp(): Promise<string> {
  const name = await captain.newApp(false);
  await captain.client.deployImage(name, "registry.test/echo:1", "");
  await captain.client.patch(name, { containerHttpPort: 8080 });
  await captain.wait(5);
  return name;
}

describe("custom domains", () => {
  it("a custom domain is neither below the root domain nor a URL", async () => {
    const name = await captain.newApp(false);
    const root = isForeign
      ? String((await captain.client.call("GET", "/user/system/info")).data["rootDomain"])
      : ROOT;
    expect(await domain("customdomain", name, `x.${root}`)).toMatchObject({
      status: 1104,
      description: "Domain name is not accepted. Custom domain cannot be subdomain of root domain.",
    });
    expect(await domain("customdomain", name, "https://x.example.test")).toMatchObject({
      status: 1104,
      description:
        "Domain name is not accepted. Please use alphanumerical domains such as myapp.google123.ca",
    });
  });

  it("removing an unknown domain answers 1000", async () => {
    const name = await captain.newApp(false);
    expect(await domain("removecustomdomain", name, "gone.example.test")).toMatchObject({
      status: 1000,
      description: `Custom domain gone.example.test does not exist in ${name}`,
    });
  });

  sandboxOnly("a domain is refused when its app has it already, and accepted on another app", async () => {
    const name = await captain.newApp(false);
    const other = await captain.newApp(false);
    expect(await domain("customdomain", name, "h.example.test")).toMatchObject({
      status: 100,
      description: `Custom domain is enabled for: ${name} at h.example.test`,
    });
    expect(await domain("customdomain", name, "h.example.test")).toMatchObject({
      status: 1110,
      description: `App already has customDomain: h.example.test attached to app ${name}`,
    });
    expect((await domain("customdomain", other, "h.example.test")).status).toBe(100);
    expect((await domain("customdomain", name, "elsewhere.example.test")).status).toBe(1107);
    expect((await captain.app(name))["customDomain"]).toEqual([
      { publicDomain: "h.example.test", hasSsl: false },
    ]);
  });

  sandboxOnly("adding or removing a domain does not restart the app", async () => {
    const name = await captain.newApp(false);
    const before = captain.sandbox.events.length;
    await domain("customdomain", name, "quiet.example.test");
    await domain("removecustomdomain", name, "quiet.example.test");
    await captain.wait(10);
    const after = captain.sandbox.events.slice(before).map(({ kind }) => kind);
    expect(after.filter((kind) => kind === "start" || kind === "kill")).toEqual([]);
  });

  sandboxOnly("no domain gets a certificate before the root domain has one", async () => {
    const name = await captain.newApp(false);
    const enableBase = () =>
      captain.client.call("POST", "/user/apps/appDefinitions/enablebasedomainssl", { appName: name });
    const rootFirst = { status: 1000, description: "You have to first enable SSL for your root domain" };
    await domain("customdomain", name, "early.example.test");
    expect(await enableBase()).toMatchObject(rootFirst);
    expect(await domain("enablecustomdomainssl", name, "early.example.test")).toMatchObject(rootFirst);
    const enableRoot = (emailAddress: string) =>
      captain.client.call("POST", "/user/system/enablessl", { emailAddress });
    expect(await enableRoot("nobody")).toMatchObject({ status: 1000, description: "Bad email address." });
    expect((await enableRoot("someone@example.test")).status).toBe(100);
    expect(await enableBase()).toMatchObject({
      status: 100,
      description: `General SSL is enabled for: ${name}`,
    });
    expect((await captain.client.call("GET", "/user/system/info")).data).toMatchObject({ hasRootSsl: true });
  });

  sandboxOnly("SSL can be forced after a domain has got its certificate", async () => {
    const name = await echoApp();
    expect(await domain("enablecustomdomainssl", name, "nope.example.test")).toMatchObject({
      status: 1110,
      description: `customDomain nope.example.test is not attached to app ${name}`,
    });
    await domain("customdomain", name, "ssl.example.test");
    expect((await domain("enablecustomdomainssl", name, "ssl.example.test")).status).toBe(100);
    expect((await captain.client.patch(name, { forceSsl: true })).status).toBe(100);
    await captain.wait(1);
    expect(await visit("ssl.example.test", "/p?q=1")).toMatchObject({
      http: 302,
      headers: { location: "https://ssl.example.test/p?q=1" },
    });
  });
});

describe("an app's own address", () => {
  sandboxOnly("an unknown host name answers 200 with CapRover's page", async () => {
    expect(await visit(`no-such.${ROOT}`)).toMatchObject({
      http: 200,
      text: expect.stringContaining("Nothing here"),
    });
  });

  sandboxOnly("the name of an app that is not exposed is unknown", async () => {
    const name = await echoApp();
    expect((await visit(`${name}.${ROOT}`, "/x")).text).toContain('"path":"/x"');
    await captain.client.patch(name, { notExposeAsWebApp: true });
    await captain.wait(1);
    expect((await visit(`${name}.${ROOT}`)).text).toContain("Nothing here");
  });

  sandboxOnly(
    "basic auth is asked for shortly after the API has answered, and the app gets the header",
    async () => {
      const name = await echoApp();
      const host = `${name}.${ROOT}`;
      const authorization = `Basic ${Buffer.from("admin:secret").toString("base64")}`;
      await captain.client.patch(name, { httpAuth: { user: "admin", password: "secret" } });
      await captain.wait(5);
      expect((await visit(host)).http).toBe(401);
      expect((await visit(host, "/", { authorization: "Bearer key" })).http).toBe(401);
      const wrong = `Basic ${Buffer.from("admin:wrong").toString("base64")}`;
      expect((await visit(host, "/", { authorization: wrong })).http).toBe(401);
      expect(await visit(host, "/", { authorization })).toMatchObject({
        http: 200,
        text: expect.stringContaining(authorization),
      });
    },
  );

  sandboxOnly("an upgrade reaches the app only with websocket support", async () => {
    const name = await echoApp();
    const upgrade = async () => (await visit(`${name}.${ROOT}`, "/", { upgrade: "websocket" })).text;
    expect(await upgrade()).toContain('"upgrade":null');
    await captain.client.patch(name, { websocketSupport: true });
    await captain.wait(5);
    expect(await upgrade()).toContain('"upgrade":"websocket"');
  });

  sandboxOnly("an app of which nothing listens or nothing runs answers 502", async () => {
    const name = await echoApp();
    await captain.client.patch(name, { containerHttpPort: 81 });
    await captain.wait(5);
    expect((await visit(`${name}.${ROOT}`)).http).toBe(502);
    await captain.client.patch(name, { containerHttpPort: 8080, instanceCount: 0 });
    await captain.wait(5);
    expect((await visit(`${name}.${ROOT}`)).http).toBe(502);
  });

  sandboxOnly("an app redirects to another domain, known or not", async () => {
    const name = await echoApp();
    await captain.client.patch(name, { redirectDomain: "zzz.example.test" });
    await captain.wait(1);
    expect(await visit(`${name}.${ROOT}`, "/p?q=1")).toMatchObject({
      http: 302,
      headers: { location: "http://zzz.example.test/p?q=1" },
    });
  });
});

describe("nginx templates", () => {
  sandboxOnly(
    "CapRover's template lets an app be silent for 60 s, and an app's own as long as it says",
    async () => {
      const name = await captain.newApp(false);
      await captain.client.deployImage(name, "registry.test/thinker:1", "");
      await captain.settle(name);
      await captain.wait(10);
      const host = `${name}.${ROOT}`;
      expect((await visit(host)).http).toBe(504);
      const { data } = await captain.client.call("GET", "/user/apps/appDefinitions");
      const own = String(data["defaultNginxConfig"]);
      const customNginxConfig = own
        .replace("proxy_pass $upstream;", "proxy_pass $upstream; proxy_read_timeout 120s;")
        .replace("500m", "1k");
      expect((await captain.client.patch(name, { customNginxConfig })).status).toBe(100);
      await captain.wait(5);
      expect(await visit(host)).toMatchObject({ http: 200, text: "thought" });
      const upload = await send(`${captain.client.url}/`, "POST", { host }, "x".repeat(1025));
      expect(upload.http).toBe(413);
    },
  );

  sandboxOnly("a template that can't be rendered is saved, and breaks the writes of every app", async () => {
    const name = await captain.newApp(false);
    const other = await captain.newApp(false);
    const customNginxConfig = "<% throw new Error('x') %>";
    expect((await captain.client.patch(name, { customNginxConfig })).http).toBe(500);
    expect((await captain.app(name))["customNginxConfig"]).toBe(customNginxConfig);
    expect((await captain.client.patch(other, { description: "x" })).http).toBe(500);
    expect((await captain.client.patch(name, { customNginxConfig: "" })).status).toBe(100);
    expect((await captain.client.patch(other, { description: "y" })).status).toBe(100);
  });

  sandboxOnly("a template that nginx refuses is undone in the saved app, not in the service", async () => {
    const name = await captain.newApp(false);
    const settings = { customNginxConfig: "server { listen 80", envVars: [{ key: "NEW", value: "1" }] };
    expect((await captain.client.patch(name, settings)).status).toBe(1116);
    expect((await captain.app(name))["envVars"]).toEqual([]);
    expect(captain.sandbox.app(name).service?.wanted.env).toEqual({ NEW: "1" });
  });

  sandboxOnly("the default template is in the list of apps", async () => {
    const { data } = await captain.client.call("GET", "/user/apps/appDefinitions");
    expect(data["defaultNginxConfig"]).toContain("proxy_pass");
    expect((await captain.client.deployImage(await captain.newApp(false), IMAGES.first)).status).toBe(101);
  });
});
