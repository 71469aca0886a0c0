/** The import law: a file imports only from its own room or from a lower storey; adapters never import one another. */
const storeys = {
	kit: 0,
	model: 1,
	config: 1,
	plan: 2,
	report: 2,
	ports: 2,
	observe: 3,
	execute: 3,
	loop: 4,
	control: 5,
	engine: 6,
	store: 6,
	host: 6,
	cloud: 6,
	api: 6,
	logs: 6,
	assembly: 7,
};

const rooms = Object.keys(storeys);

const lawOf = (room) => {
	const forbidden = rooms.filter(
		(other) => other !== room && storeys[other] >= storeys[room] && !pairAllowed(room, other),
	);
	return {
		name: `storey-of-${room}`,
		comment: `${room}/ (storey ${storeys[room]}) may import only lower storeys`,
		severity: 'error',
		from: { path: `^src/${room}/` },
		to: { path: `^src/(main\\.ts$|(${[...forbidden, '-'].join('|')})/)` },
	};
};

/** Rooms of one storey below 6 may be read by a neighbour in one direction only. */
const pairAllowed = (room, other) =>
	(room === 'config' && other === 'model') ||
	(room === 'report' && other === 'plan') ||
	(room === 'ports' && other === 'plan');

const only = (name, path, rooms) => ({
	name: `only-${name}`,
	comment: `${name} is imported by ${rooms} and nothing else`,
	severity: 'error',
	from: { path: '^src/', pathNot: rooms },
	to: { path },
});

module.exports = {
	forbidden: [
		...rooms.map(lawOf),
		{ name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
		{
			name: 'no-orphans',
			severity: 'error',
			from: { orphan: true, path: '^src/', pathNot: '\\.d\\.ts$|\\.test\\.ts$|src/main\\.ts$' },
			to: {},
		},
		{
			name: 'product-stands-alone',
			severity: 'error',
			from: { path: '^src/', pathNot: '\\.test\\.ts$' },
			to: { path: '^(tools|test|bench|examples|dashboard)/' },
		},
		{
			name: 'tests-stay-out',
			comment: 'product code never imports test code',
			severity: 'error',
			from: { path: '^src/', pathNot: '(\\.test\\.ts$|/testing/)' },
			to: { path: '(\\.test\\.ts$|/testing/)' },
		},
		{
			name: 'no-dev-packages',
			severity: 'error',
			from: { path: '^src/', pathNot: '(\\.test\\.ts$|/testing/)' },
			to: {
				dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
				pathNot: 'node_modules/@types',
			},
		},
		only('dockerode', 'node_modules/dockerode', '^src/(engine/|main)'),
		only('knex and sqlite3', 'node_modules/(knex|sqlite3)', '^src/store/'),
		only('express', 'node_modules/express', '^src/api/'),
		only('request', 'node_modules/(request-promise|request|@cypress)', '^src/cloud/'),
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.json' },
		enhancedResolveOptions: {
			extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
			exportsFields: ['exports'],
			conditionNames: ['import', 'require', 'node', 'default', 'types'],
		},
		exclude: { path: '^(dist|artifacts)' },
	},
};
