import { DEFAULT_NGINX_CONFIG } from "../../../../lib/testing/caprover-sandbox/captain/nginx";
import {
  DEFAULT_LIMITS,
  isValidNginx,
  readLimits,
  renderTemplate,
} from "../../../../lib/testing/caprover-sandbox/captain/nginx-template";

describe("nginx templates", () => {
  it("a template prints variables, runs blocks and drops comments", () => {
    const template = "<%# note %><% if (s.on) { %>listen <%- s.port -%>;<% } %>";
    expect(renderTemplate(template, { on: true, port: 80 })).toBe("listen 80;");
    expect(renderTemplate(template, { on: false, port: 80 })).toBe("");
  });

  it("the default template renders to a configuration that nginx accepts", () => {
    const variables = { publicDomain: "a.example.test", localDomain: "a", containerHttpPort: 80 };
    const config = renderTemplate(DEFAULT_NGINX_CONFIG, variables);
    expect(config).toContain("set $upstream http://a:80;");
    expect(isValidNginx(config)).toBe(true);
  });

  it("a configuration says how long nginx waits and how large an upload it takes", () => {
    expect(readLimits("proxy_read_timeout 1h; # proxy_read_timeout 5;\nclient_max_body_size 2g;")).toEqual({
      readSeconds: 3600,
      bodyBytes: 2 ** 31,
    });
    expect(readLimits(DEFAULT_NGINX_CONFIG)).toEqual(DEFAULT_LIMITS);
    expect(readLimits("")).toEqual({ readSeconds: 60, bodyBytes: 2 ** 20 });
  });

  it.each([
    "<% throw 1 %>",
    "<% open",
    "<%= missing.value %>",
  ])("the template %s can't be rendered", (template) => {
    expect(() => renderTemplate(template, {})).toThrow();
  });

  it.each([
    ["server { listen 80; }", true],
    ["# a { comment\nserver { location / { proxy_pass http://x; } }", true],
    ['add_header X "a { b";', true],
    ["server { listen 80 }", false],
    ["server { listen 80;", false],
    ["listen 80; }", false],
  ])("the configuration %s is valid: %s", (config, valid) => {
    expect(isValidNginx(config)).toBe(valid);
  });
});
