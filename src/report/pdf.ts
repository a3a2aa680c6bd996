// SPDX-License-Identifier: Apache-2.0
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import Printed from 'pdfkit';
import type { Instant } from '../model/instant.ts';
import { printable } from '../model/printable.ts';
import { faceFile } from './fonts.ts';

/** A part of a printed document. Text is shown as it is: nothing in it acts. */
export type PdfBlock =
  | { readonly type: 'title'; readonly text: string; readonly under: string }
  | { readonly type: 'heading'; readonly text: string }
  | { readonly type: 'paragraph'; readonly text: string; readonly style?: 'plain' | 'strong' | 'small' | 'boxed' }
  | { readonly type: 'commands'; readonly lines: readonly string[] }
  | { readonly type: 'pairs'; readonly pairs: readonly (readonly [string, string])[] }
  /** `widths` are shares of the line. */
  | { readonly type: 'table'; readonly widths: readonly number[]; readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] };

export interface PdfOptions { readonly title: string; readonly author: string; /** Stands as the date of making: the same input gives the same bytes. */ readonly at: Instant; readonly footer: string }

const PAGE = { width: 595.28, height: 841.89, margin: 56, foot: 50 } as const;
const LINE = PAGE.width - 2 * PAGE.margin;
const INK = '#1b1f24';
const FAINT = '#5a6472';
const RULE = '#c9d1d9';

/** Writes a printed document: A4, fonts inside, page numbers, no script, no link. Equal blocks give equal bytes, with any zlib since nothing is compressed. Fails where the file exists. */
export async function writePdf(file: string, blocks: readonly PdfBlock[], options: PdfOptions): Promise<void> {
  const date = new Date(options.at);
  const document = new Printed({
    size: 'A4', margins: { top: PAGE.margin, left: PAGE.margin, right: PAGE.margin, bottom: PAGE.margin + PAGE.foot }, font: faceFile('regular'), bufferPages: true, compress: false, lang: 'en', displayTitle: true, pdfVersion: '1.7',
    info: { Title: text(options.title), Author: text(options.author), Creator: 'rollcall', Producer: 'rollcall', CreationDate: date, ModDate: date },
  });
  document.registerFont('regular', faceFile('regular')).registerFont('bold', faceFile('bold')).registerFont('mono', faceFile('mono'));
  const stream = document.pipe(createWriteStream(file, { flags: 'wx' }));
  const done = finished(stream);
  for (const block of blocks) draw(document, block);
  foot(document, options.footer);
  document.end();
  await done;
}

type Document = PDFKit.PDFDocument;

/** Characters that act are written out, and those that the faces lack are shown as their numbers: a box would hide what a name says. */
function text(value: string): string {
  return printable(value).toWellFormed().replace(/[\u2e80-\u{10ffff}]/gu, (character) => (/[\uf000-\uffff]/u.test(character) && character !== '\ufffd' ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`));
}

function room(document: Document, height: number): void {
  if (document.y + height > PAGE.height - PAGE.margin - PAGE.foot) document.addPage();
}

function draw(document: Document, block: PdfBlock): void {
  document.x = PAGE.margin;
  if (block.type === 'title') {
    document.font('bold').fontSize(20).fillColor(INK).text(text(block.text), { width: LINE, lineGap: 2 });
    document.moveDown(0.3).font('regular').fontSize(11).fillColor(FAINT).text(text(block.under), { width: LINE, lineGap: 2 }).moveDown(1);
  } else if (block.type === 'heading') {
    room(document, 60);
    document.moveDown(0.6).font('bold').fontSize(13).fillColor(INK).text(text(block.text), PAGE.margin, document.y, { width: LINE }).moveDown(0.35);
  } else if (block.type === 'paragraph') paragraph(document, block.text, block.style ?? 'plain');
  else if (block.type === 'commands') commands(document, block.lines);
  else if (block.type === 'pairs') table(document, [0.36, 0.64], null, block.pairs);
  else table(document, block.widths, block.header, block.rows);
}

function paragraph(document: Document, words: string, style: 'plain' | 'strong' | 'small' | 'boxed'): void {
  const size = style === 'small' ? 8.5 : 10;
  document.font(style === 'strong' ? 'bold' : 'regular').fontSize(size).fillColor(style === 'small' ? FAINT : INK);
  const inner = style === 'boxed' ? LINE - 20 : LINE;
  const height = document.heightOfString(text(words), { width: inner, lineGap: 2 });
  if (style === 'boxed') {
    room(document, height + 24);
    const top = document.y;
    document.lineWidth(0.8).strokeColor(RULE).rect(PAGE.margin, top, LINE, height + 18).stroke();
    document.text(text(words), PAGE.margin + 10, top + 10, { width: inner, lineGap: 2 });
    document.y = top + height + 26;
  } else {
    room(document, Math.min(height, 40));
    document.text(text(words), PAGE.margin, document.y, { width: inner, lineGap: 2 }).moveDown(0.5);
  }
}

function commands(document: Document, lines: readonly string[]): void {
  document.font('mono').fontSize(7.6).fillColor(INK);
  for (const line of lines) {
    room(document, 12);
    document.text(text(line), PAGE.margin + 8, document.y, { width: LINE - 8, lineGap: 1.5 });
  }
  document.moveDown(0.7);
}

function table(document: Document, widths: readonly number[], header: readonly string[] | null, rows: readonly (readonly string[])[]): void {
  const places = widths.map((_, index) => PAGE.margin + LINE * widths.slice(0, index).reduce((sum, width) => sum + width, 0));
  const line = (cells: readonly string[], bold: boolean): void => {
    document.font(bold ? 'bold' : 'regular').fontSize(8.5).fillColor(bold ? FAINT : INK);
    const height = Math.max(...cells.map((cell, index) => document.heightOfString(text(cell), { width: LINE * (widths[index] ?? 0.1) - 8, lineGap: 1 })));
    room(document, height + 8);
    const top = document.y + 3;
    for (const [index, cell] of cells.entries()) document.text(text(cell), places[index] ?? PAGE.margin, top, { width: LINE * (widths[index] ?? 0.1) - 8, lineGap: 1 });
    document.lineWidth(0.5).strokeColor(RULE).moveTo(PAGE.margin, top + height + 3).lineTo(PAGE.margin + LINE, top + height + 3).stroke();
    document.y = top + height + 4;
  };
  if (header !== null) line(header, true);
  for (const row of rows) line(row, false);
  document.x = PAGE.margin;
  document.moveDown(0.8);
}

function foot(document: Document, words: string): void {
  const { count } = document.bufferedPageRange();
  for (let page = 0; page < count; page += 1) {
    document.switchToPage(page);
    // Below the margin, where pdfkit would otherwise begin a new page.
    document.page.margins.bottom = 0;
    document.font('regular').fontSize(7.5).fillColor(FAINT).text(text(words), PAGE.margin, PAGE.height - PAGE.margin - 34, { width: LINE - 70, lineGap: 1, height: 40, ellipsis: true });
    document.text(`${page + 1} / ${count}`, PAGE.margin + LINE - 60, PAGE.height - PAGE.margin - 34, { width: 60, align: 'right', lineBreak: false });
  }
}
