import type { Panel } from '../types.js';

export interface Place {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** Columns of the grid. */
const gridWidth = 48;

const widths: Readonly<Record<Panel['width'], number>> = { full: 48, half: 24, third: 16, quarter: 12 };

export interface Box {
  width: Panel['width'];
  height: number;
}

/** Places boxes in rows, from left to right. */
export function layout(boxes: readonly Box[]): Place[] {
  let x = 0;
  let y = 0;
  let tallest = 0;
  return boxes.map(({ width, height }) => {
    const w = widths[width];
    if (x + w > gridWidth) {
      x = 0;
      y += tallest;
      tallest = 0;
    }
    const place = { x, y, w, h: height };
    x += w;
    tallest = Math.max(tallest, height);
    return place;
  });
}
