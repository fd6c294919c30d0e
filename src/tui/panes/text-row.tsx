import { Text } from 'ink';
import { memo, use, type ReactElement } from 'react';
import type { Line } from '../lines/line.ts';
import { ThemeContext } from '../theme-context.ts';

interface TextRowProps {
  /** Cut to its width already: a row that wraps would move all rows below it. */
  readonly line: Line;
  /** Drawn turned round where the theme does that; the row also says it with a sign of its own. */
  readonly selected?: boolean;
  /** Spans at either end that belong to a frame and are not turned round. */
  readonly sides?: number;
}

const TURNED = { inverse: true } as const;

/** One row of the screen. Drawn again only when it reads or looks different. */
export const TextRow = memo(function TextRow({
  line,
  selected = false,
  sides = 0,
}: TextRowProps): ReactElement {
  const theme = use(ThemeContext);
  const isTurned = (index: number): boolean =>
    selected && theme.inverse && index >= sides && index < line.length - sides;
  return (
    <Text wrap="truncate">
      {line.map((span, index) => (
        // The place in the row is all that tells spans apart. A row that is turned round is one even band: colours would be
        // patches behind the text.
        <Text key={index} {...(isTurned(index) ? TURNED : theme.styles[span.tone])}>
          {span.text}
        </Text>
      ))}
    </Text>
  );
}, isSameRow);

function isSameRow(before: TextRowProps, after: TextRowProps): boolean {
  if (before.selected !== after.selected || before.sides !== after.sides) return false;
  if (before.line === after.line) return true;
  return (
    before.line.length === after.line.length &&
    before.line.every((span, index) => {
      const other = after.line[index];
      return span.text === other?.text && span.tone === other.tone;
    })
  );
}
