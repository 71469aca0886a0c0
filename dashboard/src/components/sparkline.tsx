interface SparklineProps {
	readonly values: readonly number[];
	readonly label: string;
	/** The last value, as text. */
	readonly text: string;
}

const width = 72;
const height = 22;
/** Width is shared among so many values at least. */
const fewest = 20;

/** The last minutes of a number, with its present value as text. */
export function Sparkline({ values, label, text }: SparklineProps) {
	return (
		<div class="spark" title={`${label}: ${text}`}>
			<svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
				<line x1="0" x2={width} y1={height - 1} y2={height - 1} />
				{values.length > 1 && <Line values={values} />}
			</svg>
			<span class="number">
				<span class="unseen">{label} </span>
				{text}
			</span>
		</div>
	);
}

/** The newest value is at the right end; few values leave room at the left. */
function Line({ values }: { readonly values: readonly number[] }) {
	const top = Math.max(...values);
	const bottom = Math.min(...values);
	const range = Math.max(top - bottom, top * 0.1, 1);
	const step = width / (Math.max(values.length, fewest) - 1);
	const left = width - (values.length - 1) * step;
	const points = values.map((value, index) => {
		const y = height - 4 - ((value - bottom) / range) * (height - 7);
		return `${(left + index * step).toFixed(1)},${y.toFixed(1)}`;
	});
	const area = `${left.toFixed(1)},${height} ${points.join(' ')} ${width},${height}`;
	return (
		<>
			<polygon points={area} />
			<polyline points={points.join(' ')} />
		</>
	);
}
