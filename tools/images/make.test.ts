import { spawnSync } from 'node:child_process';
import {
	appendFileSync,
	copyFileSync,
	existsSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';

const debian = 'debian:bookworm-slim';
const node = 'node:24-bookworm-slim';
const busybox = 'busybox:stable';
const made = [`make-busybox ${busybox}`, `make-debian ${debian}`, `make-node ${node}`];

/** Stands in for the engine: images are files of the folder `images`, each with what made it. */
const engine = `#!/bin/sh
echo "docker $*" >>"$FOLDER/log"
file() { echo "$FOLDER/images-$(echo "$1" | tr :/ __)"; }
case "$1 $2" in
	'image inspect') cat "$(file "$5")" ;;
	'pull -q') [ "$REGISTRY" = answers ] && : >"$(file "$3")" ;;
esac
`;
const maker = `#!/bin/sh
echo "\${0##*/} $1" >>"$FOLDER/log"
echo tools/images >"$FOLDER/images-$(echo "$1" | tr :/ __)"
`;

describe('tools/images/make', () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'hf-images-'));
		for (const name of ['make', 'lib.sh']) {
			copyFileSync(join(import.meta.dirname, name), join(folder, name));
		}
		appendFileSync(join(folder, 'lib.sh'), '\nis_root_on_debian() { :; }\n');
		writeFileSync(join(folder, 'docker'), engine, { mode: 0o755 });
		for (const name of ['make-busybox', 'make-debian', 'make-node']) {
			writeFileSync(join(folder, name), maker, { mode: 0o755 });
		}
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	const put = (image: string, by = ''): void =>
		writeFileSync(join(folder, `images-${image.replaceAll(/[:/]/g, '_')}`), by);
	function make(env: Record<string, string> = {}) {
		const { status, stderr } = spawnSync('/bin/sh', [join(folder, 'make')], {
			encoding: 'utf8',
			env: { PATH: `${folder}:/usr/bin:/bin`, FOLDER: folder, ...env },
		});
		const file = join(folder, 'log');
		const log = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
		expect(status, stderr).to.equal(0);
		return {
			made: log.filter((line) => line.startsWith('make-')).sort(),
			pulled: log.filter((line) => line.startsWith('docker pull')),
		};
	}

	it('must pull what is not there', () => {
		const { made, pulled } = make({ REGISTRY: 'answers' });
		expect(made).to.deep.equal([]);
		expect(pulled).to.have.lengthOf(3);
	});

	it('must make all of them where no registry answers, and ask one only once', () => {
		const seen = make();
		expect(seen.made).to.deep.equal(made);
		expect(seen.pulled).to.have.lengthOf(1);
	});

	it('must leave alone what is there', () => {
		for (const image of [debian, node, busybox]) put(image);
		expect(make({ REGISTRY: 'answers' })).to.deep.equal({ made: [], pulled: [] });
	});

	it('must make anew what was pulled, and ask no registry, with HOLDFAST_IMAGES=made', () => {
		put(debian, 'tools/images\n');
		for (const image of [node, busybox]) put(image);
		const seen = make({ REGISTRY: 'answers', HOLDFAST_IMAGES: 'made' });
		expect(seen.pulled).to.deep.equal([]);
		expect(seen.made).to.deep.equal(made.filter((line) => !line.includes(debian)));
	});
});
