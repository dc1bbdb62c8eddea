/**
 * The words of the simple commands in a shell script that begin with one of some names: quotes are taken off, redirections
 * and what follows `&&`, `|` or `;` belong to no command. Enough for the lines of our documents, not for every shell.
 */
export function commandsIn(script: string, names: readonly string[]): readonly (readonly string[])[] {
  return script
    .replaceAll('\\\n', ' ')
    .split('\n')
    .flatMap((line) => commandsOfLine(line))
    .flatMap((words) => {
      const at = words.findIndex((word) => names.includes(word));
      return at === -1 ? [] : [words.slice(at)];
    });
}

function commandsOfLine(line: string): string[][] {
  const commands: string[][] = [[]];
  const tokens = line.matchAll(/"((?:\\.|[^"])*)"|'([^']*)'|(&&|\|\|?|;)|(\d?>>?)|(#.*)|([^\s"'|;&>]+)/g);
  let redirected = false;
  for (const [, double, single, ends, redirects, comment, word] of tokens) {
    if (comment !== undefined) break;
    if (ends !== undefined) commands.push([]);
    else if (redirects !== undefined) redirected = true;
    else if (redirected) redirected = false;
    else commands.at(-1)?.push(double ?? single ?? word ?? '');
  }
  return commands;
}
