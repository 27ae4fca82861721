package dev.backfeed.engine.bench;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/** CPU seconds of each kind of step of the runs it listens to. */
final class StepCosts implements RunListener {
  private final DoubleSupplier cpu;
  private final Map<Step, Double> began = new EnumMap<>(Step.class);
  private final Map<Step, Double> spent = new EnumMap<>(Step.class);

  StepCosts(DoubleSupplier cpu) {
    this.cpu = cpu;
  }

  Execution execution() {
    return new Execution(() -> false, Optional.empty(), 0, this, false);
  }

  /** The seconds since the last look. */
  Map<Step, Double> take() {
    Map<Step, Double> taken = new EnumMap<>(spent);
    spent.clear();
    return taken;
  }

  @Override
  public void before(Step step) {
    began.put(step, cpu.getAsDouble());
  }

  @Override
  public void after(Step step) {
    spent.merge(step, cpu.getAsDouble() - began.get(step), Double::sum);
  }
}
