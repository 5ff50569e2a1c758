// How one looks at the stage: what lies under it, how near, and from where. The same for both runs of a comparison.
import { NATURAL_EARTH, type BaseLayer } from './base_layer';
import { CAMERA, type Camera } from './projection';

const NEAREST = 12;

class StageView {
  layer = $state.raw<BaseLayer>(NATURAL_EARTH);
  camera = $state.raw<Camera>(CAMERA);
  // Grows with each change, for who must paint anew.
  changes = $state(0);

  use(layer: BaseLayer): void {
    this.layer = layer;
    ++this.changes;
  }

  zoom(by: number): void {
    const zoom = Math.min(NEAREST, Math.max(0.4, this.camera.zoom * by));
    const factor = zoom / this.camera.zoom;
    this.camera = { zoom, x: this.camera.x * factor, y: this.camera.y * factor };
    ++this.changes;
  }

  drag(x: number, y: number): void {
    this.camera = { ...this.camera, x: this.camera.x + x, y: this.camera.y + y };
    ++this.changes;
  }

  fit(): void {
    this.camera = CAMERA;
    ++this.changes;
  }
}

export const stageView = new StageView();
