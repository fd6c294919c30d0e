// What one would write first: three panes, a row a Text, a setState per event, Ink's defaults.
import { Box, render, Text } from 'ink';
import { useEffect, useState, type ReactElement } from 'react';

const EVERY_MS = 10;
const AT_ONCE = 2;

function Pane({ title, rows, count }: { title: string; rows: number; count: number }): ReactElement {
  return (
    <Box borderStyle="round" flexDirection="column" flexGrow={1} overflow="hidden">
      <Text bold>{title}</Text>
      {Array.from({ length: rows }, (_, row) => (
        <Text key={row} wrap="truncate">
          <Text color="cyan">◐ </Text>
          <Text>{`event ${count + row} of what happens`}</Text>
          <Text dimColor> ✓ 12.4s</Text>
        </Text>
      ))}
    </Box>
  );
}

function App(): ReactElement {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      for (let n = 0; n < AT_ONCE; n += 1) setCount((before) => before + 1);
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <Box width={120} height={40}>
      <Pane title="Plan" rows={36} count={0} />
      <Box flexDirection="column" flexGrow={1}>
        <Pane title="Checkpoints" rows={8} count={0} />
        <Pane title="Detail" rows={24} count={count} />
      </Box>
    </Box>
  );
}

render(<App />, { alternateScreen: true, interactive: true });
