/** A run's report: pure functions from a results file's content to what is written and printed. */
export { renderHtml } from './html/page.js';
export { isPicture, PICTURES, type Picture, renderMarkdown } from './markdown.js';
export { buildSummary } from './summary.js';
export { renderSummary, type SummaryOptions } from './terminal.js';
export { buildView, type ReportView } from './view.js';
