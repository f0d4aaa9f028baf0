// A picture as it leaves the phone: at most 1600 px, drawn anew, so that position, serial number and all else that a
// camera writes into a file stay behind.

import { uuid7 } from '../core/uuid7';
import type { Photo } from '../core/types';

const LONGEST_PX = 1600;
const MOST_BYTES = 1_048_576; // the hub's limit

/** Size within the limit, same shape. */
export function fit(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, LONGEST_PX / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Throws, in words for the person, where the file is no picture. */
export async function prepare(file: Blob, order: string, caption = ''): Promise<Photo> {
  let image: ImageBitmap;
  try {
    image = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    throw new Error('This file is no picture that the phone can read. Take it anew, or choose a JPEG or PNG.');
  }
  const { width, height } = fit(image.width, image.height);
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  canvas.getContext('2d')!.drawImage(image, 0, 0, width, height);
  image.close();
  for (const quality of [0.82, 0.6, 0.4]) {
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality));
    if (blob && blob.size <= MOST_BYTES) return of_blob(blob, order, caption);
  }
  throw new Error('The picture is too large, even made smaller. Take it anew with less resolution.');
}

/** A picture that was made on this page, such as a signature. */
export async function of_blob(blob: Blob, order: string, caption: string): Promise<Photo> {
  const bytes = await blob.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return {
    id: uuid7(Date.now()),
    order,
    type: blob.type as Photo['type'],
    bytes,
    sha256: [...digest].map((b) => b.toString(16).padStart(2, '0')).join(''),
    taken_at: new Date().toISOString(),
    caption,
    received: 0,
    complete: false,
  };
}
