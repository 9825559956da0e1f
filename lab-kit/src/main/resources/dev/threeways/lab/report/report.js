// Draws what the page's <script id="charts"> describes, see Chart.java. It calculates nothing: every figure is in there.
(() => {
	'use strict';

	// Told apart by colour-blind people too (Okabe and Ito, 2008); dashes and symbols tell where colours do not.
	const colours = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9'];
	const dashes = ['solid', [9, 4], [2, 3], [10, 3, 2, 3], [5, 2], [14, 4]];
	const symbols = ['circle', 'rect', 'triangle', 'diamond', 'pin', 'roundRect'];
	// By Outcome: ok is what is expected, so it is the one without a colour. By ThreadRole: other is.
	const columnColours = ['#9aa3ad', '#E69F00', '#CC79A7', '#D55E00', '#F0E442', '#56B4E9', '#0072B2', '#7a4fb5',
		'#8c6d46', '#009E73', '#882255', '#5f6a76'];
	// Of a request's stages: none is a stack's, beside which they stand.
	const stageColours = ['#56B4E9', '#E69F00', '#9aa3ad', '#7a4fb5', '#F0E442', '#8c6d46'];
	const patterns = [
		null,
		{ symbol: 'line', dashArrayX: [1, 0], dashArrayY: [3, 5], rotation: -Math.PI / 4 },
		{ symbol: 'circle', dashArrayX: [[8, 8], [0, 8, 8, 0]], dashArrayY: [6, 0], symbolSize: .8 },
		{ symbol: 'line', dashArrayX: [1, 0], dashArrayY: [3, 5], rotation: Math.PI / 4 },
		{ symbol: 'line', dashArrayX: [1, 0], dashArrayY: [3, 5], rotation: 0 },
		{ symbol: 'rect', dashArrayX: [6, 6], dashArrayY: [6, 6], symbolSize: .7 },
		{ symbol: 'line', dashArrayX: [1, 0], dashArrayY: [3, 5], rotation: Math.PI / 2 },
		{ symbol: 'triangle', dashArrayX: [[9, 9], [0, 9, 9, 0]], dashArrayY: [7, 2], symbolSize: .75 }
	];

	const darkScheme = matchMedia('(prefers-color-scheme: dark)');
	let printing = false;

	function theme() {
		return darkScheme.matches && !printing
			? { text: '#e8eaed', muted: '#a9b1bc', line: '#3c434d', page: '#14171b', neutral: '#c7ccd3', shade: 'rgba(255,255,255,.12)',
				pattern: 'rgba(0,0,0,.45)' }
			: { text: '#1b1f24', muted: '#555d68', line: '#d8dce2', page: '#fff', neutral: '#4a525c', shade: 'rgba(0,0,0,.09)',
				pattern: 'rgba(255,255,255,.55)' };
	}

	const colour = (style, t) => style < 0 ? t.neutral : colours[style % colours.length];
	// When colours begin again, dashes and symbols are one further on: no two of 36 are alike.
	const round = style => style + Math.floor(style / colours.length);
	const dash = style => style < 0 ? [1, 2] : dashes[round(style) % dashes.length];
	const symbol = style => style < 0 ? 'circle' : symbols[round(style) % symbols.length];

	function shown(value) {
		if (value === null || value === undefined || value === '-' || Number.isNaN(value)) {
			return '–';
		}
		const size = Math.abs(value);
		return Number.isInteger(value) ? String(value) : value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
	}

	// Two of three decimals of a percentile are noughts: 99 %, 99.9 %, 99.99 %.
	function percentile(oneIn) {
		const value = 100 - 100 / oneIn;
		return (Math.round(value * 1000) / 1000) + ' %';
	}

	function axis(model, t, isY) {
		const label = { color: t.text, fontSize: 12, hideOverlap: true };
		const common = {
			axisLabel: label,
			axisLine: { show: true, lineStyle: { color: t.muted } },
			axisTick: { lineStyle: { color: t.muted } },
			splitLine: { lineStyle: { color: t.line } },
			nameTextStyle: { color: t.muted, align: isY ? 'left' : 'center' },
			name: model.title,
			nameLocation: isY ? 'end' : 'middle',
			nameGap: isY ? 12 : 28
		};
		if (model.categories.length > 0) {
			return Object.assign(common, { type: 'category', data: model.categories, inverse: true,
				splitLine: { show: false }, axisTick: { show: false } });
		}
		const bounds = {};
		if (model.low !== null) {
			bounds.min = model.low;
		}
		if (model.high !== null) {
			bounds.max = model.high;
		}
		if (model.step !== null) {
			bounds.interval = model.step;
		}
		if (model.scale === 'LINEAR') {
			return Object.assign(common, bounds, { type: 'value' });
		}
		label.formatter = model.scale === 'PERCENTILE' ? percentile : shown;
		if (model.scale === 'PERCENTILE') {
			return Object.assign(common, bounds, { type: 'log', logBase: 10 });
		}
		// The chart library labels each power of the base, or, where they are ten or more, one of ten. Not a number where
		// the bounds are the data's.
		const doublings = Math.log2(model.high / model.low);
		return Object.assign(common, bounds, { type: 'log', logBase: doublings >= 10 ? 4 : 2, splitNumber: 10 });
	}

	// From the lowest fork to the highest, wherever both are known.
	function band(one, t) {
		const stretches = [[]];
		one.x.forEach((x, i) => {
			if (one.low[i] === null || one.high[i] === null) {
				stretches.push([]);
			} else {
				stretches[stretches.length - 1].push([x, one.low[i], one.high[i]]);
			}
		});
		const data = stretches.flat().flatMap(point => [[point[0], point[1]], [point[0], point[2]]]);
		return {
			type: 'custom', name: one.name, silent: true, clip: true, z: 1, data, tooltip: { show: false },
			itemStyle: { color: colour(one.style, t) },
			renderItem(params, api) {
				if (params.dataIndex > 0) {
					return undefined;
				}
				return {
					type: 'group',
					children: stretches.filter(stretch => stretch.length > 1).map(stretch => ({
						type: 'polygon',
						shape: {
							points: stretch.map(point => api.coord([point[0], point[1]]))
								.concat(stretch.map(point => api.coord([point[0], point[2]])).reverse())
						},
						style: { fill: colour(one.style, t), opacity: .18 }
					}))
				};
			}
		};
	}

	function marks(chart, t) {
		return {
			silent: true, symbol: 'none', animation: false,
			lineStyle: { color: t.text, type: 'dashed', width: 1 },
			label: { color: t.text, fontSize: 11, position: 'insideEndTop', textBorderColor: t.page, textBorderWidth: 3 },
			data: chart.marks.map(mark => ({ xAxis: mark.at, label: { formatter: () => mark.text } }))
		};
	}

	const lines = (chart, t) => {
		const series = [];
		for (const one of chart.series) {
			const every = Math.max(1, Math.round(one.x.length / 8));
			series.push({
				type: 'line', name: one.name, z: one.style < 0 ? 2 : 3, connectNulls: false, showSymbol: true,
				data: one.x.map((x, i) => [x, one.y[i] === null ? '-' : one.y[i]]),
				symbol: symbol(one.style), symbolSize: (value, params) => one.style >= 0
					&& params.dataIndex % every === (one.style * 2) % every ? 8 : 0,
				lineStyle: { color: colour(one.style, t), type: dash(one.style), width: 2 },
				itemStyle: { color: colour(one.style, t) }
			});
			if (one.low.length > 0) { // after its line, by which the legend shows it
				series.push(band(one, t));
			}
		}
		if (chart.marks.length > 0 && series.length > 0) {
			series[0].markLine = marks(chart, t);
		}
		return { series, tooltip: across(chart) };
	};

	// What is under the pointer, of all series.
	function across(chart) {
		const at = chart.x.scale === 'PERCENTILE' ? percentile
			: x => (chart.x.scale === 'LINEAR' ? 'second ' : chart.x.title + ': ') + Math.floor(x);
		return {
			trigger: 'axis', confine: true, valueFormatter: shown,
			axisPointer: { type: 'line', label: { formatter: pointed => at(pointed.value) } }
		};
	}

	// Of two dimensions that are numbers the library stacks the first: the height is put there.
	const columns = (chart, t) => {
		const series = chart.series.map(one => ({
			type: 'bar', name: one.name, stack: 'all', barWidth: '96%',
			data: one.x.map((x, i) => [one.y[i], x]), encode: { x: 1, y: 0, tooltip: [0] },
			itemStyle: { color: columnColours[one.style % columnColours.length], decal: decal(one.style, t) }
		}));
		if (chart.marks.length > 0) {
			series[series.length - 1].markLine = marks(chart, t);
		}
		return { series, tooltip: across(chart) };
	};

	const decal = (style, t) => {
		const pattern = patterns[style % patterns.length];
		return pattern === null ? undefined : Object.assign({ color: t.pattern }, pattern);
	};

	const bars = (chart, t) => ({
		series: chart.series.map(one => ({
			type: 'bar', name: one.name, stack: 'all', barMaxWidth: 26, data: one.y,
			itemStyle: { color: stageColours[one.style % stageColours.length], decal: decal(one.style, t) }
		})),
		tooltip: { trigger: 'axis', confine: true, axisPointer: { type: 'shadow' }, valueFormatter: shown }
	});

	// So that equal values are still seen as several.
	const spread = (i, n) => n < 2 ? 0 : (i / (n - 1) - .5) * 16;

	// From the low to the high end of each row's interval, if it has one; open where the axis cuts it off.
	const whiskers = (chart, t) => ({
		type: 'custom', name: 'interval', clip: true, z: 2,
		data: chart.series.flatMap((one, row) => one.low.length > 0 ? [[one.low[0], one.high[0], row]] : []),
		encode: { x: [0, 1], y: 2 },
		renderItem(params, api) {
			const low = Math.max(api.value(0), chart.x.low ?? -Infinity);
			const high = Math.min(api.value(1), chart.x.high ?? Infinity);
			const from = api.coord([low, api.value(2)]);
			const to = api.coord([high, api.value(2)]);
			const style = { stroke: t.text, lineWidth: 2.5 };
			const stroke = (x1, y1, x2, y2) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style });
			const children = [stroke(from[0], from[1], to[0], to[1])];
			if (low === api.value(0)) {
				children.push(stroke(from[0], from[1] - 6, from[0], from[1] + 6));
			}
			if (high === api.value(1)) {
				children.push(stroke(to[0], to[1] - 6, to[0], to[1] + 6));
			}
			return { type: 'group', children };
		}
	});

	const ends = item => shown(item.value[0]) + (item.seriesName === 'interval' ? ' – ' + shown(item.value[1]) : '');

	const points = (chart, t) => ({
		series: [whiskers(chart, t)].concat(chart.series.flatMap((one, row) => [{
			type: 'scatter', name: one.name, symbol: symbol(one.style), symbolSize: 10,
			itemStyle: { color: colour(one.style, t), opacity: .75 },
			data: one.y.map((value, i) => ({ value: [value, row], symbolOffset: [0, spread(i, one.y.length)] }))
		}, {
			type: 'scatter', name: one.name + ', median', symbol: 'rect', symbolSize: [3, 30], z: 4,
			itemStyle: { color: t.text }, data: [[one.middle, row]]
		}])),
		tooltip: { trigger: 'item', confine: true, formatter: ends },
		labels: chart.series.map(one => shown(one.middle) + ', n = ' + one.y.length)
	});

	const intervals = (chart, t) => ({
		series: [Object.assign(whiskers(chart, t), {
			markArea: { silent: true, itemStyle: { color: t.shade }, data: [[{ xAxis: chart.marks[0].at }, { xAxis: chart.marks[1].at }]] },
			markLine: { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: t.muted, type: 'solid', width: 1 },
				data: [{ xAxis: 1 }] }
		}), {
			type: 'scatter', name: 'block', symbol: 'circle', symbolSize: 6, z: 3, clip: true, itemStyle: { color: t.muted },
			data: chart.series.flatMap((one, row) => one.y.map((value, i) => ({ value: [value, row],
				symbolOffset: [0, 9 + Math.abs(spread(i, one.y.length)) / 2] })))
		}, {
			type: 'scatter', name: 'ratio', symbol: 'diamond', symbolSize: 14, z: 4, clip: true, itemStyle: { color: t.text },
			data: chart.series.map((one, row) => [one.middle, row])
		}],
		tooltip: { trigger: 'item', confine: true, formatter: ends },
		labels: chart.series.map(one => shown(one.middle) + ' (' + shown(one.low[0]) + ' – ' + shown(one.high[0]) + ')')
	});

	const kinds = { LINES: lines, COLUMNS: columns, BARS: bars, POINTS: points, INTERVALS: intervals };

	function option(chart) {
		const t = theme();
		const drawn = kinds[chart.kind](chart, t);
		const withLegend = chart.kind === 'LINES' || chart.kind === 'COLUMNS' || chart.kind === 'BARS';
		const y = axis(chart.y, t, true);
		const x = axis(chart.x, t, false);
		if (drawn.labels) {
			y.axisLabel.formatter = (name, row) => '{name|' + name + '}\n{figures|' + drawn.labels[row] + '}';
			y.axisLabel.rich = { name: { color: t.text, fontSize: 12, align: 'right', lineHeight: 16 },
				figures: { color: t.muted, fontSize: 11, align: 'right', lineHeight: 15 } };
			y.axisLabel.hideOverlap = false;
		}
		return {
			animation: false,
			textStyle: { color: t.text, fontFamily: 'system-ui, sans-serif' },
			grid: { left: chart.y.categories.length > 0 ? 24 : 8, right: chart.x.scale === 'PERCENTILE' ? 34 : 18, top: withLegend ? 62 : 12, bottom: 26, containLabel: true },
			legend: withLegend
				? { type: 'scroll', top: 0, left: 0, data: chart.series.map(one => one.name), textStyle: { color: t.text },
					itemWidth: 34, pageTextStyle: { color: t.text }, pageIconColor: t.text, pageIconInactiveColor: t.line }
				: { show: false },
			tooltip: Object.assign({ backgroundColor: t.page, borderColor: t.muted, textStyle: { color: t.text } }, drawn.tooltip),
			xAxis: x, yAxis: y, series: drawn.series
		};
	}

	const charts = JSON.parse(document.getElementById('charts').textContent);
	const plots = Array.from(document.querySelectorAll('.plot'));
	const drawn = new Map();

	// What is only resized is shown a moment later, too late for paper: what is set is shown at once.
	function draw(plot, width = 'auto') {
		const chart = charts[Number(plot.dataset.chart)];
		if (chart.y.categories.length > 0) {
			plot.style.height = (chart.kind === 'BARS' ? 110 : 60) + 56 * chart.y.categories.length + 'px';
		}
		if (!drawn.has(plot)) {
			drawn.set(plot, echarts.init(plot, null, { renderer: 'svg' }));
		}
		drawn.get(plot).resize({ width });
		drawn.get(plot).setOption(option(chart), true);
	}

	// A page of nine scenarios has two hundred figures: each is drawn when it is about to be seen.
	const seen = new IntersectionObserver(entries => {
		for (const entry of entries) {
			if (entry.isIntersecting) {
				seen.unobserve(entry.target);
				draw(entry.target);
			}
		}
	}, { rootMargin: '600px' });
	plots.forEach(plot => seen.observe(plot));

	const resized = new ResizeObserver(entries => {
		for (const entry of entries) {
			if (drawn.has(entry.target) && !printing) {
				drawn.get(entry.target).resize();
			}
		}
	});
	plots.forEach(plot => resized.observe(plot));

	darkScheme.addEventListener('change', () => drawn.forEach((_, plot) => draw(plot)));

	// On paper all are seen, on white, and none wider than the page; so is what is folded, but for the figures' tables.
	const paperWidth = 660;
	let unfolded = [];
	addEventListener('beforeprint', () => {
		printing = true;
		plots.forEach(plot => draw(plot, paperWidth));
		unfolded = Array.from(document.querySelectorAll('.scenario > details')).filter(details => !details.open);
		unfolded.forEach(details => { details.open = true; });
	});
	addEventListener('afterprint', () => {
		printing = false;
		plots.forEach(plot => draw(plot));
		unfolded.forEach(details => { details.open = false; });
	});

	document.querySelectorAll('button[data-result]').forEach(button => button.addEventListener('click', () => {
		const url = URL.createObjectURL(new Blob([document.getElementById(button.dataset.result).textContent],
			{ type: 'application/json' }));
		const link = document.createElement('a');
		link.href = url;
		link.download = button.dataset.name;
		link.click();
		setTimeout(() => URL.revokeObjectURL(url), 1000);
	}));
})();
