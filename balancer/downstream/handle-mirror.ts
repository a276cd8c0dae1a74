/** A process that sends back what it is sent: see listening-handles.ts. Ends with its parent. */
process.on('message', (message: unknown, handle: unknown) => {
  process.send?.(message, handle as never);
});
process.on('disconnect', () => process.exit());
