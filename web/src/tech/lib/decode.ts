// Reads bar codes and QR codes in a picture: the browser's own reader, else zxing (loaded at the first scan).

interface Detector {
  detect(image: ImageBitmapSource): Promise<{ rawValue: string }[]>;
}
type DetectorClass = { new (): Detector; getSupportedFormats(): Promise<string[]> };

let native: Promise<Detector | null> | undefined;
let zxing: Promise<typeof import('zxing-wasm/reader')> | undefined;

/** The text of the first code in the picture; null where none is found. */
export async function decode(picture: Blob | ImageData): Promise<string | null> {
  native ??= own_detector();
  const detector = await native;
  if (detector) {
    const found = await detector.detect(picture).catch(() => []);
    if (found[0]) return found[0].rawValue;
    if (picture instanceof ImageData) return null; // of a camera: the next picture comes at once
  }
  zxing ??= load_zxing();
  const { readBarcodes } = await zxing;
  const results = await readBarcodes(picture, { tryHarder: true, maxNumberOfSymbols: 1 });
  return results.find((result) => result.isValid)?.text ?? null;
}

async function own_detector(): Promise<Detector | null> {
  const Detector = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  if (!Detector) return null;
  const formats = await Detector.getSupportedFormats().catch((): string[] => []);
  return formats.includes('qr_code') && formats.includes('code_128') ? new Detector() : null;
}

async function load_zxing() {
  const [module, { default: wasm }] = await Promise.all([
    import('zxing-wasm/reader'),
    import('zxing-wasm/reader/zxing_reader.wasm?url'),
  ]);
  module.prepareZXingModule({ overrides: { locateFile: () => wasm } });
  return module;
}
