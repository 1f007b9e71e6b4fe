import { readAnswers, WrongAnswer } from "../delivery/init/answers";
import {
  type AnswerTexts,
  NONE,
  QUESTION_NAMES,
  QUESTIONS,
  type QuestionName,
} from "../delivery/init/questions";

/** Asks all questions at the terminal. @returns undefined if the person ended it */
export async function askAll(): Promise<AnswerTexts | undefined> {
  // Loaded only where somebody is asked.
  const { isCancel, multiselect, select, text } = await import("@clack/prompts");
  const ask = (name: QuestionName, given: AnswerTexts) => {
    const { asks: message, fallback, takes, choices } = QUESTIONS[name];
    const options = (choices?.(readAnswers(given).release) ?? []).map(({ value, hint }) => ({
      value,
      label: value,
      hint,
    }));
    if (takes === "one") return select({ message, options, initialValue: fallback });
    if (takes === "several") return multiselect({ message, options, required: false });
    return text({
      message,
      placeholder: fallback,
      defaultValue: fallback,
      validate: (typed) => whyNot({ ...given, [name]: typed || fallback }),
    });
  };

  let given: AnswerTexts = {};
  for (const name of QUESTION_NAMES) {
    const answer = await ask(name, given);
    if (isCancel(answer)) return undefined;
    given = { ...given, [name]: typeof answer === "string" ? answer : answer.join(",") || NONE };
  }
  return given;
}

function whyNot(texts: AnswerTexts): string | undefined {
  try {
    readAnswers(texts);
    return undefined;
  } catch (error) {
    if (error instanceof WrongAnswer) return error.why;
    throw error;
  }
}
