import { Evaluator, Lexer, Parser, data } from "@actions/expressions";

/** What an expression may name, by context: `inputs`, `steps`, `github`. */
export type Contexts = Readonly<Record<string, unknown>>;

/** Text of a workflow or an action, with what stands in `${{ }}` evaluated by GitHub's own library. */
export function filled(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{(.*?)\}\}/g, (_all, expression: string) =>
    evaluated(expression, contexts).coerceString(),
  );
}

/** Whether a step's `if` lets it run, after steps that went well or did not. */
export function isTaken(condition: string | undefined, contexts: Contexts, isGood: boolean): boolean {
  const inner = condition?.replace(/^\s*\$\{\{(.*)\}\}\s*$/, "$1") ?? "success()";
  const isAsked = /\b(success|always|failure|cancelled)\(/.test(inner);
  const value = evaluated(isAsked ? inner : `success() && (${inner})`, contexts, isGood);
  return !["false", "", "0"].includes(value.coerceString());
}

function evaluated(expression: string, contexts: Contexts, isGood = true): data.ExpressionData {
  const answers = { always: true, success: isGood, failure: !isGood, cancelled: false };
  const functions = Object.entries(answers).map(([name, value]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  }));
  const { tokens } = new Lexer(expression).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
  const context = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(parsed, context, new Map(functions.map((one) => [one.name, one]))).evaluate();
}
