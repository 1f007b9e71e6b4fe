import * as fc from "fast-check";
import { calls } from "../../lib/terraform-plugin/messages";
import { ProtobufError } from "../../lib/terraform-plugin/protobuf";
import { bytesUpTo } from "./arbitraries";

test("any bytes give a message or a ProtobufError", () => {
  fc.assert(
    fc.property(
      fc.oneof(bytesUpTo(40), bytesUpTo(5000)),
      fc.constantFrom(...Object.values(calls)),
      (bytes, call) => {
        for (const message of [call.request, call.response]) {
          try {
            message.decode(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(ProtobufError);
          }
        }
      },
    ),
    { numRuns: 3000 },
  );
});

test("a string in a message keeps its byte order mark", () => {
  const { request } = calls.ImportResourceState;
  const id = "\ufeffmyapp";
  expect(request.decode(request.encode({ type_name: "example_thing", id })).id).toBe(id);
});
