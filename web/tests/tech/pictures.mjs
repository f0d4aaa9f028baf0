// Pictures for a phone's camera, made by the test: a label with a code, and a photo that says where it was taken.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer';

const wasm = createRequire(import.meta.url).resolve('zxing-wasm/writer/zxing_writer.wasm');
prepareZXingModule({ overrides: { wasmBinary: readFileSync(wasm) } });

/** A PNG with the code on white. `format`: QRCode, Code128 and what else zxing writes. */
export async function label(text, format = 'QRCode') {
  const { image, error } = await writeBarcode(text, { format, scale: 6, withQuietZones: true });
  if (error || !image) throw new Error(`no ${format} for ${text}: ${error}`);
  const buffer = Buffer.from(await image.arrayBuffer());
  return { name: 'label.png', mimeType: 'image/png', buffer };
}

/** A JPEG of `width` × `height` with a position in its metadata, drawn in `page`. */
export async function photo(page, width, height) {
  const base64 = await page.evaluate(
    async ([w, h]) => {
      const canvas = Object.assign(document.createElement('canvas'), { width: w, height: h });
      const pen = canvas.getContext('2d');
      for (let i = 0; i < 9000; ++i) {
        pen.fillStyle = `hsl(${(i * 47) % 360} 60% ${30 + (i % 5) * 10}%)`;
        pen.fillRect((i * 137) % w, (i * 211) % h, 10 + (i % 40), 10 + (i % 30));
      }
      return canvas.toDataURL('image/jpeg', 0.9).split(',')[1];
    },
    [width, height],
  );
  const plain = Buffer.from(base64, 'base64');
  // Exif with one entry: a pointer to a GPS directory (Exif 2.32, 4.6.3).
  const exif = Buffer.from(
    '457869660000' + '4d4d002a00000008' + '0001' + '8825000400000001' + '0000001a' + '00000000',
    'hex',
  );
  const head = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  const buffer = Buffer.concat([plain.subarray(0, 2), head, exif, plain.subarray(2)]);
  return { name: 'IMG_0001.jpg', mimeType: 'image/jpeg', buffer };
}
