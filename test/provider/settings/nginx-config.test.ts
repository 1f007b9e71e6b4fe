import fc from "fast-check";
import { type NginxSettings, patchNginx, readNginx } from "../../../lib/provider/settings/nginx-config";
import { DEFAULT_NGINX_CONFIG } from "../../../lib/testing/caprover-sandbox/captain/nginx";
import {
  isValidNginx,
  readLimits,
  renderTemplate,
} from "../../../lib/testing/caprover-sandbox/captain/nginx-template";

const OTHER_DEFAULT = DEFAULT_NGINX_CONFIG.replace("server_name", "gzip on;\n  server_name");
const NOTHING: NginxSettings = { proxyReadTimeoutSeconds: null, clientMaxBodySizeMiB: null };
const CHAT: NginxSettings = { proxyReadTimeoutSeconds: 3600, clientMaxBodySizeMiB: 512 };

const settings = fc.record({
  proxyReadTimeoutSeconds: fc.option(fc.integer({ min: 1, max: 100_000 })),
  clientMaxBodySizeMiB: fc.option(fc.integer({ min: 1, max: 100_000 })),
});
const variables = fc.record({
  forceSsl: fc.boolean(),
  hasSsl: fc.boolean(),
  websocketSupport: fc.boolean(),
  httpBasicAuthPath: fc.constantFrom("", "/etc/nginx/auth"),
  publicDomain: fc.constant("a.example.test"),
  localDomain: fc.constant("a"),
  containerHttpPort: fc.constant(80),
});

function patched(saved: string, wanted: NginxSettings, own = DEFAULT_NGINX_CONFIG): string {
  const result = patchNginx(saved, own, wanted);
  if ("problem" in result) throw new Error(result.problem);
  return result.text;
}
const problem = (saved: string, own = DEFAULT_NGINX_CONFIG) => patchNginx(saved, own, CHAT);

/** A template that somebody wrote in the dashboard. */
const BY_HAND = `server {
  listen 80;
  server_name <%- s.publicDomain %>;
  add_header X-Mine "a { b; # c"; # mine
  client_max_body_size 8m; # as the law wants
  location / {
    proxy_pass http://<%- s.localDomain %>:<%- s.containerHttpPort %>;
  }
}
`;

describe("nginx settings", () => {
  it("a changed template of CapRover renders to a valid configuration for every app", () => {
    fc.assert(
      fc.property(settings, variables, (wanted, s) => {
        const config = renderTemplate(patched("", wanted) || DEFAULT_NGINX_CONFIG, s);
        expect(isValidNginx(config)).toBe(true);
        expect(readLimits(config)).toEqual({
          readSeconds: wanted.proxyReadTimeoutSeconds ?? 60,
          bodyBytes: (wanted.clientMaxBodySizeMiB ?? 500) * 2 ** 20,
        });
      }),
    );
  });

  it("nginx settings are read as they were written", () => {
    fc.assert(
      fc.property(settings, fc.constantFrom("", BY_HAND), (wanted, saved) => {
        const isAsked = Object.values(wanted).some((value) => value !== null);
        expect(readNginx(patched(saved, wanted))).toEqual(isAsked ? wanted : null);
      }),
    );
  });

  it("nginx settings that are removed leave the previous template, byte for byte", () => {
    fc.assert(
      fc.property(
        fc.array(settings, { maxLength: 4 }),
        fc.constantFrom("", BY_HAND),
        (steps, saved: string) => {
          const last = steps.reduce<string>((text, wanted) => patched(text, wanted), saved);
          expect(patched(last, NOTHING)).toBe(saved);
        },
      ),
    );
  });

  it("nginx settings that are in force already change nothing", () => {
    for (const saved of ["", BY_HAND]) {
      const once = patched(saved, CHAT);
      expect(patched(once, CHAT)).toBe(once);
      expect(patched(once.trim(), CHAT).trim()).toBe(once.trim());
    }
  });

  it("nginx settings keep every other line, also one that somebody changed later", () => {
    const byHand = patched(BY_HAND, CHAT);
    expect(byHand).toContain('add_header X-Mine "a { b; # c"; # mine');
    expect(byHand).toContain("client_max_body_size 512m; # terraform: instead of client_max_body_size 8m;");
    const edited = patched("", CHAT).replace("server_name <", "keepalive_timeout 5;\n  server_name <");
    expect(patched(edited, { ...CHAT, proxyReadTimeoutSeconds: 60 })).toContain("keepalive_timeout 5;");
    expect(patched(edited, NOTHING)).toContain("keepalive_timeout 5;");
    expect(patched(edited, NOTHING)).not.toContain("terraform");
  });

  it("an app with nginx settings gets the new template after an upgrade of CapRover", () => {
    const before = patched("", CHAT);
    expect(readNginx(before)).toEqual(CHAT);
    expect(patched(before, CHAT, OTHER_DEFAULT)).toBe(patched("", CHAT, OTHER_DEFAULT));
    expect(patched(before, NOTHING, OTHER_DEFAULT)).toBe("");
  });

  it("a changed line that somebody edits by hand is read with its new value", () => {
    const text = patched("", CHAT);
    expect(readNginx(text.replace("3600s", "2h"))).toEqual({ ...CHAT, proxyReadTimeoutSeconds: 7200 });
    expect(readNginx(text.replace("512m", "1g"))).toEqual({ ...CHAT, clientMaxBodySizeMiB: 1024 });
    expect(readNginx(text.replace("512m", "lots"))).toEqual({ ...CHAT, clientMaxBodySizeMiB: null });
    expect(readNginx(text.replace("    proxy_read", "    # proxy_read"))?.proxyReadTimeoutSeconds).toBeNull();
    expect(readNginx(BY_HAND)).toBeNull();
    expect(readNginx(DEFAULT_NGINX_CONFIG)).toBeNull();
  });

  it.each([
    ["no proxy_pass", BY_HAND.replace("proxy_pass", "return 200 #")],
    ["two of them", `${BY_HAND}${BY_HAND}`],
    ["a proxy_pass beside others in its line", BY_HAND.replace("proxy_pass", "gzip on; proxy_pass")],
    ["the size said twice", BY_HAND.replace("location", "client_max_body_size 1m;\n  location")],
    [
      "the size in another block",
      BY_HAND.replace(/ {2}client_max.*\n/, "").replace(
        "  location /",
        "  location /x {\n    client_max_body_size 1m;\n  }\n  location /",
      ),
    ],
    ["a size that EJS gives", BY_HAND.replace("8m", "<%- s.size %>m")],
    ["a brace that is never closed", `${BY_HAND}server {`],
    ["a tag that is never closed", `${BY_HAND}<% if (s.forceSsl) {`],
    ["nothing that nginx knows", "hello"],
  ])("a template is left alone when it has %s", (_what, saved) => {
    expect(problem(saved)).toHaveProperty("problem");
    expect(patched(saved, NOTHING)).toBe(saved);
    expect(problem("", saved)).toHaveProperty("problem");
  });

  it("any text is either changed so that it can be read again, or left alone", () => {
    const line = fc.constantFrom(
      ..."{ } <% %> # ; proxy_pass client_max_body_size 8m".split(" "),
      "\n",
      " x",
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const saved = lines.join(" ");
        const result = patchNginx(saved, "", CHAT);
        if ("text" in result) expect(readNginx(result.text)).toEqual(CHAT);
        expect(patched(saved, NOTHING)).toBe(saved);
      }),
    );
  });
});
