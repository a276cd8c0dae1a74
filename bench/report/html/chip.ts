import type { Verdict } from '../../contract.js';
import { type Html, html } from './html.js';

const SIGNS: Readonly<Record<Verdict, string>> = {
  true: '✓',
  false: '✗',
  depends: '±',
  inconclusive: '?',
  'not measured': '–',
};

export function sign(verdict: Verdict): string {
  return SIGNS[verdict];
}

export function chip(verdict: Verdict): Html {
  return html`<span class="chip ${verdict.replace(' ', '-')}"><span aria-hidden="true">${sign(verdict)}</span> ${verdict}</span>`;
}
