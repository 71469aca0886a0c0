import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { SupervisorError } from '../../kit/errors.ts';
import { pictureOf, pictureText } from '../../plan/boot/splash-rules.ts';
import { exists } from '../network-facts.ts';
import { contentOf, save, type BootFile } from './boot-file.ts';

const name = 'HOST_SPLASH_image';
/** The first that is there is shown. */
const logoNames = ['balena-logo.png', 'resin-logo.png'] as const;

/** The picture shown while the device boots. The board's own is kept beside it, for the way back. */
export function createSplash(bootMountpoint: string): BootFile {
	const folder = path.join(bootMountpoint, 'splash');
	const defaultPath = path.join(folder, 'balena-logo-default.png');
	const logoPath = async (): Promise<string> => {
		const names = await readdir(folder).catch((): string[] => []);
		return path.join(folder, logoNames.find((logo) => names.includes(logo)) ?? logoNames[0]);
	};
	return {
		backend: 'splash',
		isThere: () => exists(folder),
		async defaults() {
			const own = (await contentOf(defaultPath)) ?? (await contentOf(await logoPath()));
			return own === undefined ? {} : { [name]: [pictureText(own)] };
		},
		async read() {
			const own = await contentOf(defaultPath);
			const shown = await contentOf(await logoPath());
			if (own === undefined || shown === undefined || shown.equals(own)) return {};
			return { [name]: [pictureText(shown)] };
		},
		async change(change) {
			const logo = await logoPath();
			const own = (await contentOf(defaultPath)) ?? (await contentOf(logo));
			if (own === undefined) throw absent(logo);
			// On the disk before the logo is another: else the board's own would be lost.
			if (!(await exists(defaultPath))) await save(defaultPath, own);
			const [wanted] = change[name] ?? [];
			const picture = wanted === undefined ? own : pictureOf(wanted);
			if (picture === undefined) throw absent(name);
			await save(logo, picture);
		},
	};
}

function absent(what: string): SupervisorError {
	return new SupervisorError(`${what} is no PNG picture, or not there`, { code: 'CONFIG_INVALID' });
}
