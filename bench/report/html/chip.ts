import type { Verdict } from '../../contract.js';
import { VERDICT_SIGNS } from '../signs.js';
import { type Html, html } from './html.js';

export function chip(verdict: Verdict): Html {
  return html`<span class="chip ${verdict.replace(' ', '-')}"><span aria-hidden="true">${VERDICT_SIGNS[verdict]}</span> ${verdict}</span>`;
}
