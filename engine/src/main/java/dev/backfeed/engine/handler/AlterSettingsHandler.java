package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.Settings;
import dev.backfeed.engine.catalog.Settings.Setting;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.parser.command.Command.AlterSettings;
import dev.backfeed.parser.command.Name;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Sets what holds for all syncs of the warehouse. */
final class AlterSettingsHandler implements Handler<AlterSettings> {
  @Override
  public Result handle(AlterSettings command, RunEnvironment environment, Execution execution)
      throws SQLException {
    Map<Setting, String> set = Settings.checked(command.set());
    List<Setting> unset = new ArrayList<>();
    for (Name name : command.unset()) {
      unset.add(Settings.named(name));
    }
    Settings settings = new Settings(environment.work(), environment.schema());
    Definitions.change(
        environment,
        () -> {
          for (Map.Entry<Setting, String> each : set.entrySet()) {
            settings.set(each.getKey(), each.getValue(), environment.now());
          }
          for (Setting setting : unset) {
            settings.unset(setting);
          }
          return null;
        });
    return Result.count(0);
  }
}
