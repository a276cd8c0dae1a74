/** A run's report: pure functions from a results file's content to what is written and printed. */
export { renderComparison } from './comparison-table.js';
export { renderHtml } from './html/page.js';
export { renderMarkdown } from './markdown.js';
export { renderSummary, type SummaryOptions } from './summary.js';
export { cleanResults } from './text.js';
export { buildView, type ReportView } from './view.js';
