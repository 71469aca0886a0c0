import { trimmed, type BackendRules, type BootWish } from './backend-rules.ts';

const prefix = 'HOST_SPLASH_';
const pngHead = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A picture as a variable may have it: `data:image/png;base64,iVBORw0…`. */
export function pictureText(picture: Buffer): string {
	return `data:image/png;base64,${picture.toString('base64')}`;
}

/** The picture of such a text, or of base64 alone; undefined when it is no PNG. */
export function pictureOf(text: string): Buffer | undefined {
	const base64 = /^data:[^,]*;base64,(.*)$/s.exec(text)?.[1] ?? text;
	const picture = Buffer.from(base64, 'base64');
	return picture.subarray(0, pngHead.length).equals(pngHead) ? picture : undefined;
}

function wishOf(_key: string, items: readonly string[]): BootWish {
	const [text, ...more] = trimmed(items);
	if (text === undefined) return { items: [] };
	const picture = more.length === 0 ? pictureOf(text) : undefined;
	return picture === undefined
		? { refused: 'must be a PNG picture in base64' }
		: { items: [pictureText(picture)] };
}

/** The picture that is shown while the device boots; absent: the board's own. */
export const splashRules: BackendRules = {
	backend: 'splash',
	title: 'boot splash',
	isOwn: (name) => name === `${prefix}image`,
	keyOf: (name) => name.slice(prefix.length),
	isList: () => false,
	needsReboot: () => true,
	isRemovable: true,
	wish: wishOf,
};
