/** The dashboard's map as a test's mouse sees it. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** What the map shows when it is fitted to both regencies: west, east, south and north, degrees. */
const [WEST, EAST, SOUTH, NORTH] = [111.45, 113.25, -3.55, -0.7];
/** Pixels that it keeps free at its edges, both sides together. */
const MARGINS = 48;

const mercator = (degrees: number) => Math.log(Math.tan(Math.PI / 4 + (degrees * Math.PI) / 360));

/** Where a coordinate lies on the screen, in pixels, while the map is fitted to both regencies. */
export const mapSpot = async (page: Page, longitude: number, latitude: number) => {
  await page.locator('.map canvas').waitFor();
  const box = await page.locator('.map-canvas').boundingBox();
  assert.ok(box);
  const radians = ((EAST - WEST) * Math.PI) / 180;
  const scale = Math.min(
    (box.width - MARGINS) / radians,
    (box.height - MARGINS) / (mercator(NORTH) - mercator(SOUTH)),
  );
  return {
    x: box.x + box.width / 2 + (((longitude - (WEST + EAST) / 2) * Math.PI) / 180) * scale,
    y: box.y + box.height / 2 - (mercator(latitude) - (mercator(NORTH) + mercator(SOUTH)) / 2) * scale,
  };
};
