/** What is true of a model's server whose address the program gives. */
import { type Finding, look, row } from "./condition";

type Bad = "unreachable" | "rejected" | "absent";

export const MODEL_CONDITIONS = {
  endpoint: row<Bad>({
    title: "model's server",
    shows:
      "The server at the model's address answers from inside the container, and lists the model. No question is asked.",
    bad: {
      unreachable: {
        cause: "the container does not reach the model's server",
        fix: {
          program:
            "check that the server runs and listens for others than its own loopback, and `model`: for a server on the host LocalModel.openAiCompatible with `onHost`, for one in a container its name on a shared network",
        },
      },
      rejected: {
        cause: "the model's server rejects the key",
        fix: { program: "give `model.apiKey`, or `apiKey` of the LocalModel, a key that it takes" },
      },
      absent: {
        cause: "the model's server does not have the model",
        fix: { program: "correct the model's name, or let the server load the model" },
      },
    },
    find({ endpoint }, { endpoint: model }): readonly Finding<Bad>[] {
      if (model === undefined) return [];
      return look(endpoint, ({ status, error = "", models }) => {
        if (status === 0 || status >= 500)
          return { bad: "unreachable", seen: status === 0 ? error || "no answer" : `/models: ${status}` };
        if (status === 401 || status === 403) return { bad: "rejected", seen: `/models: ${status}` };
        if (status !== 200 || models === undefined) return { unseen: "the server lists no models" };
        // Ollama's name of a model without a tag.
        const has = models.includes(model) || models.includes(`${model}:latest`);
        return has ? { good: model } : { bad: "absent", seen: `has ${models.join(", ") || "none"}` };
      });
    },
  }),
} as const;
