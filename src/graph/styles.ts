/** Colours by what a box is. */
import type { Box } from './graph.ts';

export const STYLES: Readonly<Record<Box['kind'], { readonly fill: string; readonly border: string }>> = {
  switch: { fill: '#dafbe1', border: '#2da44e' },
  node: { fill: '#ffffff', border: '#8c959f' },
  external: { fill: '#fbefff', border: '#a475f9' },
  bridge: { fill: '#fff8c5', border: '#bf8700' },
  isolated: { fill: '#ffebe9', border: '#cf222e' },
  pod: { fill: '#ddf4ff', border: '#218bff' },
};
